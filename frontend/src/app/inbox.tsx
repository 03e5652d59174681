import { CheckCheck, Inbox as InboxIcon } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Problem } from "@/components/ui/problem";
import { Segmented } from "@/components/ui/segmented";
import { SkeletonRows } from "@/components/ui/skeleton";
import { NoticeItem } from "./notice-item";
import { useMarkRead, useNotices, type Which } from "./use-inbox";

const CHOICES = [
  { value: "unread", label: "Unread" },
  { value: "all", label: "All" },
] as const;

/** What this person was told of in the application. */
export function Inbox() {
  const [which, setWhich] = useState<Which>("unread");
  const { data, error, refetch } = useNotices(which, true);
  const { mutate: markRead, isPending } = useMarkRead();
  const notices = data?.results;
  const hasUnread = notices?.some((notice) => notice.read_at === null) ?? false;
  return (
    <section aria-label="Notifications">
      <div className="flex items-center gap-2 p-2">
        <Segmented label="Which notifications" value={which} choices={CHOICES} onChange={setWhich} />
        {hasUnread && (
          <Button look="quiet" size="small" className="ml-auto" disabled={isPending} onClick={() => markRead(null)}>
            <CheckCheck aria-hidden="true" /> Mark all as read
          </Button>
        )}
      </div>
      {error && <Problem problem={error} onRetry={() => void refetch()} />}
      {!notices && !error && <SkeletonRows rows={4} />}
      {notices?.length === 0 && (
        <Empty title={which === "unread" ? "Everything is read" : "Nothing was told yet"} icon={InboxIcon} />
      )}
      <ul className="max-h-96 divide-y overflow-auto">
        {notices?.map((notice) => (
          <NoticeItem key={notice.id} notice={notice} onRead={() => markRead([notice.id])} />
        ))}
      </ul>
      {data?.next && <p className="px-3 py-2 text-xs text-muted">The newest {notices?.length}.</p>}
    </section>
  );
}
