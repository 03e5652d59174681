import { sentenceOf } from "@/api/errors";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Problem } from "@/components/ui/problem";
import { SkeletonRows } from "@/components/ui/skeleton";
import { istMoment, UNKNOWN } from "@/lib/format";
import { type ApiSession, useApiSessions, useEndSession } from "../api/account";

/** Where one is signed in: by token here, by browser on the page that can end those. */
export function SessionsCard() {
  const { data, error, isPending, refetch } = useApiSessions();
  const end = useEndSession();
  return (
    <Card aria-label="Sessions">
      <CardHeader
        title="Sessions"
        tools={
          <Button asChild size="small">
            <a href="/account/sessions">Browser sessions</a>
          </Button>
        }
      />
      {isPending && <SkeletonRows rows={2} />}
      {error && !data && <Problem problem={error} onRetry={refetch} />}
      {end.error && (
        <p role="alert" className="px-3 pt-2 text-critical">
          {sentenceOf(end.error)}
        </p>
      )}
      {data?.results.length === 0 && (
        <p className="p-3 text-muted">No program is signed in to the API with your password.</p>
      )}
      <ul className="divide-y">
        {data?.results.map((session) => (
          <Entry key={session.id} session={session} isEnding={end.isPending} onEnd={() => end.mutate(session.id)} />
        ))}
      </ul>
    </Card>
  );
}

function Entry({ session, isEnding, onEnd }: { session: ApiSession; isEnding: boolean; onEnd: () => void }) {
  const name = session.user_agent || "A program that does not say what it is";
  return (
    <li className="flex items-center gap-3 px-3 py-2">
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <b className="truncate">{name}</b> {session.is_current && <Badge className="text-accent">This one</Badge>}
        </span>
        <span className="block text-xs text-muted">
          {session.address ?? UNKNOWN} · last used {istMoment(Date.parse(session.last_used_at))}
        </span>
      </span>
      <Button size="small" look="danger" disabled={isEnding} onClick={onEnd}>
        End <span className="sr-only">the session of {name}</span>
      </Button>
    </li>
  );
}
