import { toast } from "sonner";
import { sentenceOf } from "@/api/errors";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { type Channel, useChangeChannel, useDeleteChannel, useRenewSecret, useTestChannel } from "../api/notifications";
import { deliveryWords, kindLabel, LEVELS } from "../channel-kinds";

interface Props {
  channel: Channel;
  onSecret: (secret: string) => void;
}

/** One channel and what can be done with it. */
export function ChannelRow({ channel, onSecret }: Props) {
  const { id, kind, name } = channel;
  const [change, test, renew, remove] = [useChangeChannel(), useTestChannel(), useRenewSecret(), useDeleteChannel()];
  const problem = change.error ?? test.error ?? renew.error ?? remove.error;
  const isOwn = kind !== "in_app";
  return (
    <li aria-label={name} className="grid gap-1.5 px-3 py-2">
      <div className="flex flex-wrap items-center gap-2">
        <b>{name}</b>
        {isOwn && <span className="text-muted">{kindLabel(kind)}</span>}
        {channel.is_shared && <Badge>Desk</Badge>}
        <span className="ml-auto">
          <Switch
            label="On"
            isOn={channel.is_enabled}
            isDisabled={change.isPending}
            onChange={(is_enabled) => change.mutate({ id, body: { is_enabled } })}
          />
        </span>
      </div>
      <p className="text-xs break-words text-muted">
        {[channel.address, deliveryWords(channel.last_delivery)].filter(Boolean).join(" · ")}
      </p>
      <div className="flex flex-wrap items-center gap-1.5">
        <Select
          label={`From which severity on: ${name}`}
          value={channel.minimum_severity}
          choices={LEVELS}
          onChange={(minimum_severity) => change.mutate({ id, body: { minimum_severity } })}
          className="h-7 text-xs"
        />
        <Button
          size="small"
          disabled={test.isPending}
          onClick={() => test.mutate(id, { onSuccess: () => toast.success("A test is on its way.") })}
        >
          Send a test
        </Button>
        {kind === "webhook" && (
          <Button
            size="small"
            disabled={renew.isPending}
            onClick={() => renew.mutate(id, { onSuccess: ({ secret }) => onSecret(secret) })}
          >
            New secret
          </Button>
        )}
        {isOwn && (
          <Button size="small" look="danger" disabled={remove.isPending} onClick={() => remove.mutate(id)}>
            Delete <span className="sr-only">{name}</span>
          </Button>
        )}
      </div>
      {problem && (
        <p role="alert" className="text-xs font-medium text-critical">
          {sentenceOf(problem)}
        </p>
      )}
    </li>
  );
}
