/** The frame of every screen behind the login: the rail of places, the member's own menu, the banner. */
import { Anchor, Flex, Stack } from "@mantine/core";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTexts } from "../i18n/texts.ts";
import { PaletteKeys } from "../palette/palette-keys.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { Places } from "./places.tsx";
import classes from "./shell.module.css";
import { appTexts } from "./texts.ts";

/** What nobody needs before the inbox is there comes right after it. */
const Alerts = lazy(async () => ({ default: (await import("../alerts/alerts.tsx")).Alerts }));
const NotificationCenter = lazy(async () => ({
  default: (await import("../alerts/notification-center.tsx")).NotificationCenter,
}));
const AccountMenu = lazy(async () => ({
  default: (await import("./account-menu.tsx")).AccountMenu,
}));

export function Shell() {
  const t = useTexts(appTexts);
  return (
    <div className={classes.shell}>
      <Anchor href="#content" className={classes.skip}>
        {t("skipToContent")}
      </Anchor>
      <nav className={classes.rail} aria-label={t("navigation")}>
        <Places />
        <div className={classes.own}>
          <Suspense>
            <NotificationCenter />
            <AccountMenu />
          </Suspense>
        </div>
      </nav>
      <Flex direction="column" className={classes.content}>
        <ConnectionBanner />
        <Stack id="content" component="main" tabIndex={-1} gap={0} className={classes.main}>
          <Outlet />
        </Stack>
      </Flex>
      <PaletteKeys />
      <Suspense>
        <Alerts />
      </Suspense>
    </div>
  );
}
