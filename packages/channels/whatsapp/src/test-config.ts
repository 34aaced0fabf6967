/** The configuration that the tests of this folder use; the secrets are made up. */
export const TEST_CONFIG = {
  phoneNumberId: "106540352242922",
  accessToken: "EAAtest-access-token",
  appSecret: "test-app-secret",
  verifyToken: "test-verify-token",
} as const;
