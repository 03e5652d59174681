import { LayoutDashboard, LogOut, Monitor, Moon, ShieldCheck, Sun, UserRound } from "lucide-react";
import { boot } from "@/api/boot";
import { csrfToken } from "@/api/csrf";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { changeSettings, type Settings, useSettings } from "@/lib/settings";
import { words } from "@/lib/words";

const THEMES: { theme: Settings["theme"]; label: string; icon: typeof Sun }[] = [
  { theme: "system", label: "As the system", icon: Monitor },
  { theme: "light", label: "Light", icon: Sun },
  { theme: "dark", label: "Dark", icon: Moon },
];

export function UserMenu() {
  const { user } = boot();
  const { theme } = useSettings();
  const trigger = (
    <Button look="quiet" aria-label={`${user.username}, ${user.role}`}>
      <UserRound aria-hidden="true" />
      <span className="max-w-28 truncate max-xl:hidden">{user.username}</span>
    </Button>
  );
  return (
    <Menu trigger={trigger}>
      <p className="px-2 py-1.5">
        <b className="block">{user.username}</b>
        <span className="text-xs text-muted">{words(user.role)}</span>
      </p>
      <MenuSeparator />
      {THEMES.map(({ theme: choice, label, icon: Icon }) => (
        <MenuItem key={choice} onSelect={() => changeSettings({ theme: choice })}>
          <Icon aria-hidden="true" />
          {label}
          {choice === theme && <span className="ml-auto text-xs text-muted">chosen</span>}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem onSelect={() => location.assign("/")}>
        <LayoutDashboard aria-hidden="true" /> Page without the bundle
      </MenuItem>
      {user.role === "admin" && (
        <MenuItem onSelect={() => location.assign("/admin/")}>
          <ShieldCheck aria-hidden="true" /> Administration
        </MenuItem>
      )}
      <MenuItem onSelect={signOut}>
        <LogOut aria-hidden="true" /> Sign out
      </MenuItem>
    </Menu>
  );
}

// The sign-out page takes a form; it answers with the sign-in page.
function signOut(): void {
  const form = Object.assign(document.createElement("form"), { method: "post", action: "/logout" });
  const token = Object.assign(document.createElement("input"), { name: "csrfmiddlewaretoken", value: csrfToken() });
  form.append(token);
  document.body.append(form);
  form.submit();
}
