"""
The C kernel and its Python twins: numbers and rows to text, well-known binary to coordinates.

Whether the kernel was built is nobody's business outside this room: every function here gives
the same bytes with and without it.
"""
