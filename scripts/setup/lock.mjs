/**
 * One set-up at a time per checkout: a lock file with owner and heartbeat. A lock whose owner has died, or whose
 * heartbeat stopped (another machine or container), is broken by the next one who comes.
 */
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The lock's folder cannot be written. */
export class LockError extends Error {}

const heartbeatMs = 2_000;
const heartbeatLostMs = 30_000;
const pollMs = 200;

/**
 * Runs `work` while this process holds the lock in `folder`; waits while another process holds it.
 *
 * @template T
 * @param {string} folder
 * @param {() => void} onWait called once when the lock is taken by someone else
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(folder, onWait, work) {
  const lock = join(folder, "lock");
  try {
    mkdirSync(folder, { recursive: true });
    await acquire(lock, onWait);
  } catch (error) {
    throw new LockError(`The set-up cannot write to ${folder}: ${error.message}`);
  }
  const heartbeat = setInterval(() => touch(lock), heartbeatMs);
  const release = () => rmSync(lock, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.removeListener("exit", release);
    release();
  }
}

async function acquire(lock, onWait) {
  let waited = false;
  while (!tryTake(lock)) {
    if (isAbandoned(lock)) {
      breakLock(lock);
      continue;
    }
    if (!waited) onWait();
    waited = true;
    await sleep(pollMs);
  }
}

/** Links a complete file into place, so that nobody ever reads a lock without its owner. */
function tryTake(lock) {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, host: hostname() }));
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

function isAbandoned(lock) {
  try {
    const owner = JSON.parse(readFileSync(lock, "utf8"));
    if (owner.host === hostname() && !isAlive(owner.pid)) return true;
    return Date.now() - statSync(lock).mtimeMs > heartbeatLostMs;
  } catch (error) {
    if (error.code === "ENOENT") return false;
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/**
 * Removes an abandoned lock. Only one process may do so at a time: without the second file, a slow one could
 * remove the fresh lock of the process that was quicker.
 */
function breakLock(lock) {
  const breaker = `${lock}.break`;
  try {
    writeFileSync(breaker, "", { flag: "wx" });
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (isOlderThan(breaker, heartbeatLostMs)) rmSync(breaker, { force: true });
    return;
  }
  try {
    if (isAbandoned(lock)) rmSync(lock, { force: true });
  } finally {
    rmSync(breaker, { force: true });
  }
}

function isOlderThan(file, ageMs) {
  try {
    return Date.now() - statSync(file).mtimeMs > ageMs;
  } catch {
    return false; // gone meanwhile
  }
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}
