import { Dialog } from "@/components/ui/dialog";
import type { Act } from "../acts";
import { AssignForm } from "./assign-form";
import { CommentForm } from "./comment-form";
import { ResolveForm } from "./resolve-form";
import { SnoozeForm } from "./snooze-form";

/** An act that needs more than a key: what it is, and of which alerts. */
export interface Pending {
  verb: "resolve" | "assign" | "snooze" | "comment";
  ids: readonly number[];
}

const TITLES: Record<Pending["verb"], string> = {
  resolve: "Resolve",
  assign: "Assign",
  snooze: "Snooze",
  comment: "Comment on",
};
const FORMS = { resolve: ResolveForm, assign: AssignForm, snooze: SnoozeForm, comment: CommentForm };

export interface FormProps {
  onDone: (act: Act) => void;
}

interface Props {
  pending: Pending | null;
  onClose: () => void;
  carryOut: (ids: readonly number[], act: Act) => void;
}

export function ActDialog({ pending, onClose, carryOut }: Props) {
  if (!pending) return null;
  const { verb, ids } = pending;
  const what = ids.length === 1 ? `alert ${ids[0]}` : `${ids.length} alerts`;
  const Form = FORMS[verb];
  return (
    <Dialog isOpen onClose={onClose} title={`${TITLES[verb]} ${what}`}>
      <Form onDone={(act) => carryOut(ids, act)} />
    </Dialog>
  );
}
