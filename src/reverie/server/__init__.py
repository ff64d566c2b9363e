"""HTTP: where what runs here is asked for, steered and watched."""
