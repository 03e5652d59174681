import { HoursCard } from "./components/hours-card";
import { LicencesCard } from "./components/licences-card";
import { MeaningCard } from "./components/meaning-card";
import { VersionsCard } from "./components/versions-card";

/** What this platform says, by which clock, in which version, and on whose work it stands. */
export default function AboutScreen() {
  return (
    <div className="grid gap-3 p-3">
      <h1 className="sr-only">About</h1>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-3 lg:grid-cols-2">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
          <MeaningCard />
          <VersionsCard />
        </div>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
          <HoursCard />
          <LicencesCard />
        </div>
      </div>
    </div>
  );
}
