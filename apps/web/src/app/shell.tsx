/** The frame of every screen behind the login: the rail of places, the member's own menu, the banner. */
import { Anchor, Flex, Stack } from "@mantine/core";
import { Outlet } from "@tanstack/react-router";
import { useTexts } from "../i18n/texts.ts";
import { AccountMenu } from "./account-menu.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { Places } from "./places.tsx";
import classes from "./shell.module.css";
import { appTexts } from "./texts.ts";

export function Shell() {
  const t = useTexts(appTexts);
  return (
    <div className={classes.shell}>
      <Anchor href="#content" className={classes.skip}>
        {t("skipToContent")}
      </Anchor>
      <nav className={classes.rail} aria-label={t("navigation")}>
        <Places />
        <AccountMenu />
      </nav>
      <Flex direction="column" className={classes.content}>
        <ConnectionBanner />
        <Stack id="content" component="main" tabIndex={-1} gap={0} className={classes.main}>
          <Outlet />
        </Stack>
      </Flex>
    </div>
  );
}
