import { Dialog } from "@/components/ui/dialog";

/** A signing secret, the one time that it is shown. */
export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="The signing secret"
      description="Copy it to the receiver now: it is never shown again."
    >
      <code className="block rounded-md border bg-raised p-3 break-all select-all">{secret}</code>
    </Dialog>
  );
}
