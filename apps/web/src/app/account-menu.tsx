import { Avatar, Indicator, Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconLogout, IconUser } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "../api/http.ts";
import { keys, meQuery } from "../api/queries.ts";
import { chooseLanguage, LANGUAGES, type Language, useLanguage } from "../i18n/language.ts";
import { useTexts } from "../i18n/texts.ts";
import { appTexts } from "./texts.ts";

const STATUSES = ["available", "away", "offline"] as const;
const COLOURS = { available: "green", away: "yellow", offline: "gray" } as const;
const THEMES = { auto: "system", light: "light", dark: "dark" } as const;

/** Who one is: status, theme, language, and the way out. */
export function AccountMenu() {
  const t = useTexts(appTexts);
  const queries = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const setStatus = useMutation({
    mutationFn: (status: string) => call("PUT /me/status", { body: { status } }),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.me }),
  });
  const signOut = useMutation({
    mutationFn: () => call("POST /api/auth/sign-out", { body: {} }),
    onSuccess: () => location.assign("/login"),
  });
  if (me === undefined) return null;
  const { name, email, status, autoAway } = me.member;
  return (
    <Menu position="right-end" width={240} withArrow>
      <Menu.Target>
        <UnstyledButton
          aria-label={`${t("account")}: ${name}. ${t("statusIs", { status: t(status) })}`}
        >
          <Indicator color={COLOURS[status]} position="bottom-end" size={12} offset={4} withBorder>
            <Avatar radius="xl">
              <IconUser size={20} aria-hidden />
            </Avatar>
          </Indicator>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {name}
          <br />
          {email}
        </Menu.Label>
        {STATUSES.map((one) => (
          <Menu.Item
            key={one}
            leftSection={
              <Indicator color={COLOURS[one]} size={10} position="middle-center" w={14} h={14} />
            }
            rightSection={one === status && <IconCheck size={14} aria-hidden />}
            aria-current={one === status}
            onClick={() => setStatus.mutate(one)}
          >
            {t(one)}
          </Menu.Item>
        ))}
        {autoAway && <Menu.Label>{t("autoAway")}</Menu.Label>}
        <Menu.Divider />
        <ThemeItems />
        <Menu.Divider />
        <LanguageItems />
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={14} aria-hidden />}
          onClick={() => signOut.mutate()}
        >
          {t("signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function ThemeItems() {
  const t = useTexts(appTexts);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>{t("theme")}</Menu.Label>
      {(["auto", "light", "dark"] as const).map((scheme) => (
        <Menu.Item
          key={scheme}
          onClick={() => setColorScheme(scheme)}
          aria-current={scheme === colorScheme}
          rightSection={scheme === colorScheme && <IconCheck size={14} aria-hidden />}
        >
          {t(THEMES[scheme])}
        </Menu.Item>
      ))}
    </>
  );
}

function LanguageItems() {
  const t = useTexts(appTexts);
  const language = useLanguage();
  return (
    <>
      <Menu.Label>{t("language")}</Menu.Label>
      {(Object.entries(LANGUAGES) as [Language, string][]).map(([code, name]) => (
        <Menu.Item
          key={code}
          lang={code}
          onClick={() => chooseLanguage(code)}
          aria-current={code === language}
          rightSection={code === language && <IconCheck size={14} aria-hidden />}
        >
          {name}
        </Menu.Item>
      ))}
    </>
  );
}
