/** Runs at most so many jobs at a time, in the order they were handed in. */

export type Limiter = <T>(job: () => Promise<T>) => Promise<T>;

export function createLimiter(jobsMax: number): Limiter {
  const waiting: (() => void)[] = [];
  let free = jobsMax;
  return async (job) => {
    if (free === 0) await new Promise<void>((resume) => waiting.push(resume));
    else free -= 1;
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
