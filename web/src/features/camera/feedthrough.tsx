import { useEffect, useRef } from "react";

/** What comes in, as it comes in. */
export function Feedthrough({ stream, className }: { stream: MediaStream; className?: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const shown = video.current;
    if (shown === null) return;
    shown.srcObject = stream;
    void shown.play().catch(() => undefined);
    return () => {
      shown.srcObject = null;
    };
  }, [stream]);
  return <video ref={video} className={className} muted autoPlay playsInline aria-label="What comes in" />;
}
