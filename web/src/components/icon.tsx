import {
  Activity,
  Braces,
  Camera,
  Check,
  ChevronDown,
  ChevronUp,
  Circle,
  CircleHelp,
  CircleStop,
  Download,
  Film,
  Gauge,
  History,
  Keyboard,
  Library,
  LogOut,
  type LucideIcon,
  Maximize,
  Minimize,
  Pause,
  Pencil,
  Play,
  Plus,
  RotateCcw,
  Save,
  Send,
  Share2,
  SlidersHorizontal,
  Sparkles,
  Trash2,
  Upload,
  Video,
  Waves,
  X,
} from "lucide-react";

/** One set, one stroke; a name says what it is for, not what it shows. */
const ICONS = {
  bank: Library,
  braces: Braces,
  check: Check,
  close: X,
  console: Activity,
  download: Download,
  edit: Pencil,
  end: LogOut,
  film: Film,
  freeze: Pause,
  fullscreen: Maximize,
  help: CircleHelp,
  history: History,
  keep: Save,
  keys: Keyboard,
  less: ChevronDown,
  live: Waves,
  more: ChevronUp,
  play: Play,
  plus: Plus,
  record: Circle,
  reset: RotateCcw,
  send: Send,
  share: Share2,
  sliders: SlidersHorizontal,
  snapshot: Camera,
  spark: Sparkles,
  stop: CircleStop,
  system: Gauge,
  trash: Trash2,
  upload: Upload,
  video: Video,
  windowed: Minimize,
} satisfies Record<string, LucideIcon>;

export type IconName = keyof typeof ICONS;

interface IconProps {
  name: IconName;
  /** Pixels where the root's size is usual. */
  size?: number;
  className?: string;
}

/** An icon beside words or in a labelled button: a screen reader passes over it. */
export function Icon({ name, size = 20, className }: IconProps) {
  const Drawn = ICONS[name];
  return <Drawn size={`${size / 16}rem`} strokeWidth={1.5} aria-hidden="true" {...(className !== undefined && { className })} />;
}
