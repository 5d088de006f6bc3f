package org.residuum.data.decode.reader;

/**
 * What the header of a picture file says.
 *
 * @param height pixels, as stored
 * @param width pixels, as stored
 * @param decodingBytes of heap that decoding takes at most, with its result and without the file
 * @param orientation EXIF's, 1 to 8; 1 where there is none
 */
public record PictureHeader(int height, int width, long decodingBytes, int orientation) {
  public PictureHeader(int height, int width, long decodingBytes) {
    this(height, width, decodingBytes, 1);
  }
}
