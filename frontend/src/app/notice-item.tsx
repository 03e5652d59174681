import { Check } from "lucide-react";
import { AlertLink } from "@/components/alert-link";
import { Button } from "@/components/ui/button";
import { PopoverClose } from "@/components/ui/popover";
import { SeverityMark } from "@/components/ui/severity-mark";
import { classes } from "@/lib/classes";
import { istShort } from "@/lib/format";
import type { Notice } from "./use-inbox";

/** One notification: what happened, leading to its alert; opening it counts as having read it. */
export function NoticeItem({ notice, onRead }: { notice: Notice; onRead: () => void }) {
  const isUnread = notice.read_at === null;
  const { alert_id: alertId } = notice;
  return (
    <li className={classes("flex items-start gap-1 px-2 py-1.5", isUnread && "bg-accent-soft")}>
      <div className="min-w-0 flex-1">
        {alertId === null ? (
          <Said notice={notice} />
        ) : (
          <PopoverClose onClick={isUnread ? onRead : undefined}>
            <AlertLink id={alertId} className="block rounded px-1 py-0.5 hover:bg-hover">
              <Said notice={notice} />
            </AlertLink>
          </PopoverClose>
        )}
      </div>
      {isUnread && (
        <Button look="quiet" size="icon" aria-label={`Mark as read: ${notice.text}`} onClick={onRead}>
          <Check />
        </Button>
      )}
    </li>
  );
}

function Said({ notice: { severity, text, created_at: told } }: { notice: Notice }) {
  // The sentence begins with the severity, which the mark says already.
  const rest = text.startsWith(`${severity} `) ? text.slice(severity.length + 1) : text;
  const sentence = rest.charAt(0).toUpperCase() + rest.slice(1);
  return (
    <>
      <span className="flex items-center gap-2">
        <SeverityMark severity={severity} />
        <time dateTime={told} className="ml-auto text-xs text-muted">
          {istShort(Date.parse(told))}
        </time>
      </span>
      <span className="line-clamp-2">{sentence}</span>
    </>
  );
}
