/** The settings: a menu on the left and one page of it. On a phone the menu comes first, then the page. */
import { Box, NavLink, Text, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { useId } from "react";
import { meQuery } from "../api/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import { type MenuGroup, menuFor } from "./menu.data.ts";
import classes from "./settings.module.css";
import { settingsTexts } from "./texts.ts";

export function SettingsFrame() {
  const t = useTexts(settingsTexts);
  const { data: me } = useQuery(meQuery);
  const { pathname } = useLocation();
  const isPage = pathname.replace(/\/$/, "") !== "/settings";
  return (
    <div className={classes.frame} data-page={isPage || undefined}>
      <nav className={classes.menu} aria-label={t("menu")}>
        <Title order={2} size="h4" px="sm" mb="sm">
          {t("settings")}
        </Title>
        {menuFor(me?.may ?? []).map((group) => (
          <Group key={group.text} group={group} pathname={pathname} />
        ))}
      </nav>
      <div className={classes.content}>
        <Outlet />
      </div>
    </div>
  );
}

function Group({ group, pathname }: { readonly group: MenuGroup; readonly pathname: string }) {
  const t = useTexts(settingsTexts);
  const id = useId();
  return (
    <Box mb="md">
      <Text id={id} size="xs" fw={700} c="dimmed" px="sm" pb={4}>
        {t(group.text)}
      </Text>
      <ul className={classes.list} aria-labelledby={id}>
        {group.items.map(({ path, text }) => (
          <li key={path}>
            <NavLink
              component={Link}
              {...({ to: path } as object)}
              label={t(text)}
              active={pathname === path}
              aria-current={pathname === path ? "page" : undefined}
            />
          </li>
        ))}
      </ul>
    </Box>
  );
}

/** Where there is room beside the menu, its first page is shown. */
export function SettingsIndex() {
  const isPhone = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const { data: me } = useQuery(meQuery);
  const first = menuFor(me?.may ?? [])[0]?.items[0];
  if (isPhone || first === undefined) return null;
  return <Navigate to={first.path as "/settings"} replace />;
}
