/* A byte buffer that grows; what the kernel's writers append to. */

typedef struct {
    char *data;
    size_t length;
    size_t capacity;
} ogt_buffer;

int ogt_enlarge(ogt_buffer *buffer, size_t room);
void ogt_release(ogt_buffer *buffer);
