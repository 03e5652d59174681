import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./errors";

/** Ask again where waiting may help, twice; a refusal is an answer. */
export function mayRetry(failures: number, problem: unknown): boolean {
  return problem instanceof ApiError && problem.isPassing && failures < 2;
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: mayRetry, staleTime: 10_000, refetchOnWindowFocus: false } },
  });
}
