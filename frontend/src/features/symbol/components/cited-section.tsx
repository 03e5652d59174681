import { Problem } from "@/components/ui/problem";
import { Sheet } from "@/components/ui/sheet";
import { SkeletonRows } from "@/components/ui/skeleton";
import { type Citation, useCitedSection } from "../api/use-explanation";

/** What the shipped documentation says at the place that was cited. */
export function CitedSection({ citation, onClose }: { citation: Citation | null; onClose: () => void }) {
  const section = useCitedSection(citation);
  return (
    <Sheet isOpen={citation !== null} onClose={onClose} title={citation?.heading ?? ""}>
      <p className="mb-3 text-xs text-muted">{citation?.document}</p>
      {section.isPending && <SkeletonRows rows={4} />}
      {section.isError && <Problem problem={section.error} onRetry={() => void section.refetch()} />}
      {section.data && (
        <blockquote className="border-l-2 border-line-strong pl-3 leading-relaxed whitespace-pre-wrap">
          {section.data.excerpt}
        </blockquote>
      )}
      {section.data === null && <p>The search of the documentation does not find this section; read it in the file.</p>}
    </Sheet>
  );
}
