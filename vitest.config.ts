/** What vitest runs: test/ and tests beside the code they test; two workers, as the suite also starts compilers. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "{compiler,cli,lib,hal-c,runtime-c}/**/*.test.ts"],
    exclude: ["node_modules/**", "dist/**", ".tsfw/**", "fixtures/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "threads",
    maxWorkers: 2,
  },
});
