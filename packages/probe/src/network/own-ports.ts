const ports = new Map<number, number>();

/**
 * Ports on this machine that belong to the probe itself (DevTools of its browsers, its proxies). No page reaches
 * them, whatever its shop allows: a page that could speak to the debugger of its own browser would rule it.
 */
export const ownPorts = {
  add(port: number): void {
    ports.set(port, (ports.get(port) ?? 0) + 1);
  },
  delete(port: number): void {
    const left = (ports.get(port) ?? 0) - 1;
    if (left > 0) ports.set(port, left);
    else ports.delete(port);
  },
  has: (port: number): boolean => ports.has(port),
} as const;
