/** The left menu of the settings: its groups, their pages, and what a member must be allowed to see one. */
import type { BusinessAct } from "@punctual/contract";
import type { settingsTexts } from "./texts.ts";

type MenuText = keyof NonNullable<(typeof settingsTexts)["keys"]>;

export interface MenuItem {
  readonly path: `/settings/${string}`;
  readonly text: MenuText;
  /** Absent: everybody has this page, for it is about themself. */
  readonly needs?: BusinessAct;
}

export interface MenuGroup {
  readonly text: MenuText;
  readonly items: readonly MenuItem[];
}

const MENU: readonly MenuGroup[] = [
  {
    text: "omniChat",
    items: [
      { path: "/settings/omni-chat/other-settings", text: "otherSettings", needs: "readSettings" },
      { path: "/settings/assignment-rules", text: "rules", needs: "readRules" },
      { path: "/settings/business-hours", text: "hours", needs: "readSettings" },
      { path: "/settings/presence", text: "presence", needs: "readSettings" },
      { path: "/settings/quick-replies", text: "quickReplies", needs: "readQuickReplies" },
      { path: "/settings/tags", text: "tags", needs: "readTags" },
    ],
  },
  {
    text: "business",
    items: [
      { path: "/settings/business", text: "businessName", needs: "changeSettings" },
      { path: "/settings/channels", text: "channels", needs: "readChannels" },
      { path: "/settings/members", text: "members", needs: "readMembers" },
      { path: "/settings/teams", text: "teams", needs: "readTeams" },
      { path: "/settings/audit-log", text: "auditLog", needs: "readAuditLog" },
    ],
  },
  {
    text: "you",
    items: [
      { path: "/settings/notifications", text: "notifications" },
      { path: "/settings/security", text: "security" },
      { path: "/settings/api-tokens", text: "tokens" },
    ],
  },
];

/** The menu of a member who may do these acts; groups without a page are left out. */
export function menuFor(may: readonly BusinessAct[]): readonly MenuGroup[] {
  return MENU.map((group) => ({
    ...group,
    items: group.items.filter(({ needs }) => needs === undefined || may.includes(needs)),
  })).filter(({ items }) => items.length > 0);
}
