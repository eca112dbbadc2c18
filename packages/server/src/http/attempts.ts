/** So many wrong tokens a minute are answered plainly; then comes 429. */
const PER_MINUTE = 10;
/** Addresses remembered; an attacker with more of them has all the memory he will get. */
const MAX_ADDRESSES = 10_000;

interface Bucket {
  left: number;
  at: number;
}

/** A bucket of failed attempts per address that refills with time. */
export function attempts(now: () => number = Date.now) {
  const buckets = new Map<string, Bucket>();
  return {
    /** Counts one failure; false when the address has had too many. */
    take(address: string): boolean {
      const at = now();
      const bucket = buckets.get(address) ?? { left: PER_MINUTE, at };
      bucket.left = Math.min(PER_MINUTE, bucket.left + ((at - bucket.at) * PER_MINUTE) / 60_000);
      bucket.at = at;
      const allowed = bucket.left >= 1;
      if (allowed) bucket.left -= 1;
      buckets.delete(address);
      if (buckets.size >= MAX_ADDRESSES) buckets.delete(buckets.keys().next().value ?? '');
      buckets.set(address, bucket);
      return allowed;
    },
  };
}
