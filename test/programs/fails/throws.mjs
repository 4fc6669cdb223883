throw new TypeError("at the top");
