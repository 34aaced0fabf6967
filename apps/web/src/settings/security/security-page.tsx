/** Settings → Security: one's own password, second factor, and the devices on which one is logged in. */
import { useTexts } from "../../i18n/texts.ts";
import { SettingsPage } from "../kit/settings-page.tsx";
import { DevicesCard } from "./devices-card.tsx";
import { PasswordCard } from "./password-card.tsx";
import { SecondFactorCard } from "./second-factor-card.tsx";
import { securityTexts } from "./texts.ts";

export function SecurityPage() {
  const t = useTexts(securityTexts);
  return (
    <SettingsPage title={t("title")} description={t("about")}>
      <PasswordCard />
      <SecondFactorCard />
      <DevicesCard />
    </SettingsPage>
  );
}
