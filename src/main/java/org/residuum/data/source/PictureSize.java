package org.residuum.data.source;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.residuum.data.Picture;
import org.residuum.data.PictureOptions;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.decode.PictureDecoder;
import org.residuum.network.Shape;

/** Chooses the size to which the pictures of a folder are fitted, where nobody has. */
final class PictureSize {
  private static final int LOOKED_AT = 64;
  private static final int MAX_OWN_SIDE = 256;

  private PictureSize() {}

  /** The common size of small pictures, grey if all are grey; else that of ImageNet's networks. */
  static Preprocessing guess(List<PictureFiles.Entry> files, PictureOptions decoding) {
    int count = Math.min(files.size(), LOOKED_AT);
    List<PictureFiles.Entry> sample =
        IntStream.range(0, count)
            .mapToObj(i -> files.get((int) ((long) i * files.size() / count)))
            .toList();
    int[] common = commonSize(sample);
    if (common == null || Math.max(common[0], common[1]) > MAX_OWN_SIDE) {
      return identity(3, 224, 224, Resize.crop(256)).withDecoding(decoding);
    }
    return identity(channels(sample, decoding), common[0], common[1], Resize.squash())
        .withDecoding(decoding);
  }

  private static Preprocessing identity(int channels, int height, int width, Resize resize) {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    return new Preprocessing(Shape.of(channels, height, width), new float[channels], ones, resize);
  }

  /** Height and width if all readable files agree, else null. */
  private static int[] commonSize(List<PictureFiles.Entry> files) {
    int[] common = null;
    for (PictureFiles.Entry entry : files) {
      try {
        int[] size = PictureDecoder.size(entry.file());
        if (common != null && !Arrays.equals(common, size)) {
          return null;
        }
        common = size;
      } catch (IOException undecodable) {
        continue; // Reported when the folder is decoded.
      }
    }
    return common;
  }

  private static int channels(List<PictureFiles.Entry> files, PictureOptions decoding) {
    int channels = 1;
    for (PictureFiles.Entry entry : files) {
      try {
        channels = Math.max(channels, Picture.read(entry.file(), decoding).channels());
      } catch (IOException undecodable) {
        continue; // Reported when the folder is decoded.
      }
    }
    return channels;
  }
}
