"""The kernels in Triton: imported only where they are used, since importing them imports Triton."""
