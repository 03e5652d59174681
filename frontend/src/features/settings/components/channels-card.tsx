import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Problem } from "@/components/ui/problem";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useChannels } from "../api/notifications";
import { ChannelDialog } from "./channel-dialog";
import { ChannelRow } from "./channel-row";
import { SecretDialog } from "./secret-dialog";

/** By which ways one is told. */
export function ChannelsCard() {
  const { data, error, isPending, refetch } = useChannels();
  const [isAdding, setIsAdding] = useState(false);
  const [secret, setSecret] = useState("");
  return (
    <Card aria-label="Channels">
      <CardHeader
        title="Channels"
        tools={
          <Button size="small" onClick={() => setIsAdding(true)}>
            <Plus aria-hidden="true" /> Add
          </Button>
        }
      />
      {isPending && <SkeletonRows rows={3} />}
      {error && !data && <Problem problem={error} onRetry={refetch} />}
      {data?.results.length === 0 && <Empty title="No channel yet">Alerts reach you in the application alone.</Empty>}
      <ul className="divide-y">
        {data?.results.map((channel) => (
          <ChannelRow key={channel.id} channel={channel} onSecret={setSecret} />
        ))}
      </ul>
      {isAdding && <ChannelDialog onClose={() => setIsAdding(false)} onSecret={setSecret} />}
      {secret && <SecretDialog secret={secret} onClose={() => setSecret("")} />}
    </Card>
  );
}
