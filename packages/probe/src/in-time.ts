/** What the work comes to, or null when it takes longer than this many ms: then nobody waits for it, and it may fail unheard. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<null>((resolve) => (timer = setTimeout(resolve, ms, null))),
    ]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
