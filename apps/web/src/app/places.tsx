import { Tooltip } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTexts } from "../i18n/texts.ts";
import classes from "./shell.module.css";
import { appTexts } from "./texts.ts";

/** Where one can go from everywhere. */
export function Places() {
  const t = useTexts(appTexts);
  return (
    <div className={classes.places}>
      <Tooltip label={t("inbox")} position="right">
        <Link
          to="/inbox"
          activeOptions={{ exact: false }}
          className={classes.place}
          aria-label={t("inbox")}
        >
          <IconInbox size={22} aria-hidden />
        </Link>
      </Tooltip>
    </div>
  );
}
