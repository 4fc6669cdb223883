await Promise.reject(new RangeError("awaited at the top"));
