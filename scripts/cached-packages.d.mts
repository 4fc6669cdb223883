export function cachedPackages(name: string): string;
export function cachedProgram(name: string): string;
