Promise.reject(new SyntaxError("nobody awaits"));
