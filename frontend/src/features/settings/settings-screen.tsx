import { may } from "@/api/boot";
import { AppearanceCard } from "./components/appearance-card";
import { ChannelsCard } from "./components/channels-card";
import { PasswordCard } from "./components/password-card";
import { PreferencesCard } from "./components/preferences-card";
import { SessionsCard } from "./components/sessions-card";

/** What a person chooses for themselves. */
export default function SettingsScreen() {
  return (
    <div className="grid gap-3 p-3">
      <h1 className="sr-only">Settings</h1>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-3 lg:grid-cols-2">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
          <AppearanceCard />
          <PasswordCard />
          <SessionsCard />
        </div>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
          {may("alerts.read") && <PreferencesCard />}
          {may("alerts.handle") && <ChannelsCard />}
        </div>
      </div>
    </div>
  );
}
