/**
 * The rest of the first run: channel, team, clock. Each step can be left and resumed: which one comes is told
 * by what is there already, and by what was put off in this browser.
 */
import { Alert, Anchor, Container, Loader, Stack, Stepper, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { meQuery } from "../api/queries.ts";
import { channelsQuery } from "../channels/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import { ChannelStep } from "./channel-step.tsx";
import { ClockStep } from "./clock-step.tsx";
import { DoneStep } from "./done-step.tsx";
import { TeamStep } from "./team-step.tsx";
import { firstRunTexts } from "./texts.ts";

/** Business and admin are steps 0 and 1; they are done when somebody is here. */
const CHANNEL = 2;
const DONE = 5;
const KEPT_AS = "punctual-first-run";

export function WelcomePage() {
  const t = useTexts(firstRunTexts);
  const { data: me } = useQuery(meQuery);
  const { data: channels } = useQuery({ ...channelsQuery, enabled: me?.member.role === "admin" });
  const [step, setStep] = useState(() => Number(localStorage.getItem(KEPT_AS) ?? CHANNEL));
  const goTo = (next: number) => {
    localStorage.setItem(KEPT_AS, String(next));
    setStep(next);
  };
  if (me === undefined) return null;
  if (me.member.role !== "admin") return <Alert m="md">{t("adminsOnly")}</Alert>;
  if (channels === undefined) return <Loader m="xl" />;
  const next = () => goTo(step + 1);
  const back = () => goTo(step - 1);
  return (
    <Container size="sm" py="xl" w="100%">
      <Stepper
        active={step}
        size="sm"
        mb="xl"
        onStepClick={goTo}
        allowNextStepsSelect={false}
        aria-label={t("progress")}
      >
        <Stepper.Step label={t("stepBusiness")} allowStepSelect={false} />
        <Stepper.Step label={t("stepYou")} allowStepSelect={false} />
        <Stepper.Step label={t("stepChannel")} />
        <Stepper.Step label={t("stepTeam")} />
        <Stepper.Step label={t("stepClock")} />
      </Stepper>
      <Stack>
        {step < DONE && (
          <Text size="sm" c="dimmed">
            {t("stepOf", { step: step + 1 })}
          </Text>
        )}
        {step === CHANNEL && <ChannelStep channels={channels} onNext={next} />}
        {step === 3 && <TeamStep onNext={next} onBack={back} />}
        {step === 4 && <ClockStep onNext={next} onBack={back} />}
        {step >= DONE && <DoneStep />}
        {step < DONE && (
          <Anchor component="button" type="button" size="sm" ta="end" onClick={next}>
            {t("later")}
          </Anchor>
        )}
      </Stack>
    </Container>
  );
}
