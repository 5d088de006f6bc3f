package org.residuum.data.decode.jpeg;

/** The pixels of the decoded picture that are looked at, without bottom and right themselves. */
record Window(int top, int left, int bottom, int right) {
  int height() {
    return bottom - top;
  }

  int width() {
    return right - left;
  }
}
