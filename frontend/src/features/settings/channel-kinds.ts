import type { Choice } from "@/components/ui/select";
import type { Channel } from "./api/notifications";

type Kind = Channel["kind"];
type Level = Channel["minimum_severity"];

/** Kinds that a person adds; the list in the application is made by itself. */
export const KINDS: Choice<Kind>[] = [
  { value: "email", label: "E-mail" },
  { value: "webhook", label: "Webhook" },
  { value: "slack", label: "Slack or Mattermost" },
  { value: "telegram", label: "Telegram" },
];

export const LEVELS: Choice<Level>[] = (["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const).map((level) => ({
  value: level,
  label: level,
}));

export function kindLabel(kind: Kind): string {
  return KINDS.find(({ value }) => value === kind)?.label ?? "In the application";
}

/** What a kind asks for, by the names of its fields; null where it asks for nothing. */
export function fieldsOf(kind: Kind, isShared: boolean): { address: string | null; secret: string | null } {
  if (kind === "email") return { address: isShared ? "E-mail address" : null, secret: null };
  if (kind === "webhook") return { address: "Address (https://…)", secret: null };
  if (kind === "slack") return { address: "Address of the incoming webhook", secret: null };
  if (kind === "telegram") return { address: "Chat (a number, or @channel)", secret: "Token of the bot" };
  return { address: null, secret: null };
}

/** The fate of a channel's last message in words. */
export function deliveryWords(last: Channel["last_delivery"]): string {
  if (!last) return "Nothing sent yet";
  const said = ["state", "last_error"]
    .map((name) => last[name])
    .filter((part) => typeof part === "string" && part !== "");
  return `Last message: ${said.join(", ")}`;
}
