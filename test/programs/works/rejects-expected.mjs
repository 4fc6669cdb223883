await Promise.allSettled([Promise.reject(new Error("expected"))]);
