// What header.c includes.
#ifndef SIZES_H
#define SIZES_H
#define ROWS 8
#define COLUMNS 7
enum { DEPTH = 6 };
typedef float real;
extern real A[ROWS][DEPTH], B[DEPTH][COLUMNS];
static inline real product(real a, real b) { return a * b; }
#endif
