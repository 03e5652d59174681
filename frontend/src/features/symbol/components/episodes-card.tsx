import { BellOff } from "lucide-react";
import { AlertLink } from "@/components/alert-link";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Problem } from "@/components/ui/problem";
import { SeverityMark } from "@/components/ui/severity-mark";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Table, Td, Th } from "@/components/ui/table";
import { duration, istClock, istDay, UNKNOWN, useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import { type Episode, useEpisodes } from "../api/use-episodes";

/** Every alert of the symbol, newest first. */
export function EpisodesCard({ symbol }: { symbol: string }) {
  const asked = useEpisodes(symbol);
  const episodes = asked.data?.pages.flatMap((page) => page.results) ?? [];
  return (
    <Card aria-label="Past alerts">
      <CardHeader title="Alerts of this symbol" />
      {asked.isPending && <SkeletonRows rows={4} />}
      {asked.isError && <Problem problem={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.isSuccess && episodes.length === 0 && (
        <Empty title="It has had no alert" icon={BellOff}>
          An alert opens when a score stays above a threshold.
        </Empty>
      )}
      {episodes.length > 0 && <Episodes episodes={episodes} />}
      {asked.hasNextPage && (
        <p className="p-2 text-center">
          <Button size="small" disabled={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
            {asked.isFetchingNextPage ? "Reading…" : "Older alerts"}
          </Button>
        </p>
      )}
    </Card>
  );
}

function Episodes({ episodes }: { episodes: readonly Episode[] }) {
  return (
    <div className="max-h-80 overflow-auto">
      <Table>
        <thead>
          <tr>
            <Th>Opened, IST</Th>
            <Th>Peak</Th>
            <Th className="num">Score</Th>
            <Th>Driver</Th>
            <Th className="num">Lasted</Th>
            <Th>State</Th>
          </tr>
        </thead>
        <tbody>
          {episodes.map((episode) => (
            <EpisodeRow key={episode.id} episode={episode} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function EpisodeRow({ episode }: { episode: Episode }) {
  const format = useFormat();
  const openedMs = Date.parse(episode.opened_at);
  const lasted = episode.ended_at === null ? null : Date.parse(episode.ended_at) - openedMs;
  return (
    <tr className="whitespace-nowrap hover:bg-raised">
      <Td>
        <AlertLink id={episode.id} className="text-accent hover:underline">
          {istDay(openedMs)} {istClock(openedMs)}
        </AlertLink>
      </Td>
      <Td>
        <SeverityMark severity={episode.peak_severity} />
      </Td>
      <Td className="num">{episode.peak_score === null ? UNKNOWN : format.score(episode.peak_score)}</Td>
      <Td>{words(episode.driver || episode.rule)}</Td>
      <Td className="num">{lasted === null ? "goes on" : duration(lasted)}</Td>
      <Td>
        <Badge className="text-muted">{words(episode.classification || episode.status)}</Badge>
      </Td>
    </tr>
  );
}
