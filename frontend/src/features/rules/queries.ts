import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { api, read } from "@/api/client";
import type { components } from "@/api/schema";

export type Rule = components["schemas"]["Rule"];
export type RuleValues = Omit<components["schemas"]["NewRuleForm"], "reason" | "based_on">;
export type Trial = components["schemas"]["Trial"];
export type Kind = Rule["kind"];

/** Why a change is made, and on which version of the configuration it is based. */
export interface Why {
  reason: string;
  based_on: number;
}

const KEY = ["rules"] as const;

export function useRules() {
  return useQuery({ queryKey: KEY, queryFn: () => read(api.GET("/api/v1/alerts/rules")) });
}

export type Change =
  | { what: "add"; values: RuleValues; why: Why }
  | { what: "replace"; values: RuleValues; why: Why }
  | { what: "remove"; key: string; why: Why }
  | { what: "enable" | "disable"; key: string; why: Why };

/** Change a rule; the list is read again whatever came of it, since a refusal may mean that somebody was faster. */
export function useChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: (_, change) =>
      toast.success(`Rule ${"key" in change ? change.key : change.values.key}: ${DONE[change.what]}`),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

const DONE: Record<Change["what"], string> = {
  add: "added.",
  replace: "changed.",
  remove: "removed, its alerts end.",
  enable: "enabled.",
  disable: "disabled, its alerts end.",
};

async function send(change: Change): Promise<void> {
  const { why } = change;
  switch (change.what) {
    case "add":
      await read(api.POST("/api/v1/alerts/rules", { body: { ...change.values, ...why } }));
      return;
    case "replace": {
      const path = { key: change.values.key };
      await read(api.PUT("/api/v1/alerts/rules/{key}", { params: { path }, body: { ...change.values, ...why } }));
      return;
    }
    case "remove":
      await read(api.DELETE("/api/v1/alerts/rules/{key}", { params: { path: { key: change.key }, query: why } }));
      return;
    case "enable":
      await read(api.POST("/api/v1/alerts/rules/{key}/enable", { params: { path: { key: change.key } }, body: why }));
      return;
    case "disable":
      await read(api.POST("/api/v1/alerts/rules/{key}/disable", { params: { path: { key: change.key } }, body: why }));
  }
}

export const TRIAL_RECORDS = 50_000;
export const TRIAL_SESSIONS = 3;

/** Judge stored history by values that are not stored yet. */
export function useTrial() {
  return useMutation({
    mutationFn: (values: RuleValues) =>
      read(
        api.POST("/api/v1/alerts/rules/dry-run", {
          body: { ...values, records: TRIAL_RECORDS, sessions: TRIAL_SESSIONS },
        }),
      ),
  });
}
