/** Files that are about to be sent: uploaded while the words to them are written. */
import type { UploadedMedia } from "@punctual/contract";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiProblem, withQuery } from "../api/http.ts";

export interface Attachment {
  readonly key: string;
  readonly name: string;
  /** A picture's own, to look at before it leaves; else `null`. */
  readonly previewUrl: string | null;
  /** How much has been uploaded, 0 to 1. */
  readonly share: number;
  readonly uploaded: UploadedMedia | null;
  readonly problem: string | null;
}

export function useAttachments(sessionId: string) {
  const [attachments, setAttachments] = useState<readonly Attachment[]>([]);
  const uploads = useRef(new Map<string, XMLHttpRequest>());
  const change = useCallback((key: string, changes: Partial<Attachment>) => {
    setAttachments((all) => all.map((one) => (one.key === key ? { ...one, ...changes } : one)));
  }, []);
  const add = useCallback(
    (files: Iterable<File>) => {
      for (const file of files) {
        const fresh = attachmentOf(file);
        setAttachments((all) => [...all, fresh]);
        const request = upload(sessionId, file, (changes) => change(fresh.key, changes));
        uploads.current.set(fresh.key, request);
      }
    },
    [change, sessionId],
  );
  const remove = useCallback((keys: readonly string[]) => {
    for (const key of keys) uploads.current.get(key)?.abort();
    setAttachments((all) => {
      for (const { key, previewUrl } of all) {
        if (keys.includes(key) && previewUrl !== null) URL.revokeObjectURL(previewUrl);
      }
      return all.filter(({ key }) => !keys.includes(key));
    });
  }, []);
  useEffect(() => {
    const underWay = uploads.current;
    return () => {
      for (const request of underWay.values()) request.abort();
    };
  }, []);
  return { attachments, add, remove };
}

function attachmentOf(file: File): Attachment {
  const previewUrl = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
  const key = crypto.randomUUID();
  return { key, name: file.name, previewUrl, share: 0, uploaded: null, problem: null };
}

/** `fetch` doesn't tell how far an upload is. */
function upload(
  sessionId: string,
  file: File,
  onChange: (changes: Partial<Attachment>) => void,
): XMLHttpRequest {
  const request = new XMLHttpRequest();
  const fileName = file.name === "" ? undefined : file.name.slice(-240);
  request.open("POST", withQuery(`/api/v1/sessions/${sessionId}/media`, { fileName }));
  request.setRequestHeader("content-type", file.type || "application/octet-stream");
  request.responseType = "json";
  request.upload.onprogress = ({ loaded, total }) => onChange({ share: loaded / total });
  request.onerror = () => onChange({ problem: new ApiProblem(UNREACHABLE).message });
  request.onload = () => {
    const { status, response } = request;
    if (status < 300) onChange({ share: 1, uploaded: response as UploadedMedia });
    else onChange({ problem: new ApiProblem({ ...response, status }).message });
  };
  request.send(file);
  return request;
}

const UNREACHABLE = { code: "unreachable", title: "The server can't be reached." };
