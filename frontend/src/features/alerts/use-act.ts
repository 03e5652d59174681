import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { boot } from "@/api/boot";
import { ApiError, sentenceOf } from "@/api/errors";
import { type Act, fasterSentence, predicted, send } from "./acts";
import { type AlertRow, isAlertRow } from "./alert-types";
import { known, put } from "./cache";
import { alertKeys } from "./queries";
import { DONE } from "./wording";

export interface Asked {
  id: number;
  act: Act;
}

/** Do something to an alert: shown at once, taken back where the server refuses, with the one who was faster named. */
export function useAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, act }: Asked) => send(id, act),
    onMutate: ({ id, act }) => {
      const before = known(client, id);
      if (before) put(client, predicted(before, act, boot().user.username));
      return { before };
    },
    onError: (problem, asked, context) => takeBack(client, asked, problem, context?.before),
    onSuccess: (alert, { act }) => {
      put(client, alert);
      toast.success(`${alert.symbol ?? "Platform"}: ${DONE[act.verb]}`);
    },
    onSettled: (_, __, { id }) => client.invalidateQueries({ queryKey: alertKeys.one(id) }),
  });
}

function takeBack(client: QueryClient, { id, act }: Asked, problem: Error, before: AlertRow | undefined): void {
  const current = problem instanceof ApiError && problem.status === 409 ? problem.current : undefined;
  if (isAlertRow(current)) {
    put(client, current);
    toast.error(fasterSentence(current, act.verb, boot().user.username, problem.message));
    return;
  }
  if (before) put(client, before);
  toast.error(sentenceOf(problem), { id: `act-${id}` });
}
