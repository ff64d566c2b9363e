/** Two pictures to show a transition with where the scenes have none yet: dusk and dawn. */

export type Drawable = CanvasImageSource;

/** A landscape of light without any model: warm or cold. */
export function standIn(warm: boolean, width = 160, height = 90): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const ground = canvas.getContext("2d");
  if (ground === null) return canvas;
  const sky = ground.createLinearGradient(0, 0, 0, height);
  const [high, low, land] = warm ? ["#f6a36a", "#7a3b5f", "#2b1430"] : ["#7cc7e8", "#2d4f8a", "#0e1c3a"];
  sky.addColorStop(0, high);
  sky.addColorStop(1, low);
  ground.fillStyle = sky;
  ground.fillRect(0, 0, width, height);
  ground.fillStyle = "rgb(255 255 255 / 80%)";
  ground.beginPath();
  ground.arc(width * (warm ? 0.3 : 0.7), height * 0.36, height * 0.13, 0, 7);
  ground.fill();
  ground.fillStyle = land;
  ground.beginPath();
  ground.moveTo(0, height);
  for (let x = 0; x <= width; x += 4) {
    const slope = Math.sin((x / width) * (warm ? 5 : 7) + (warm ? 0.5 : 2)) * 0.1 + Math.sin((x / width) * 13) * 0.03;
    ground.lineTo(x, height * (0.7 - slope));
  }
  ground.lineTo(width, height);
  ground.fill();
  return canvas;
}
