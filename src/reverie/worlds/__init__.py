"""Pictures we render: worlds made of a family, a time, a weather, a palette and a style, seen through a camera."""
