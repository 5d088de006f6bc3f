package org.residuum.data.decode.jpeg;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageReader;
import org.residuum.data.Picture;
import org.residuum.data.decode.reader.Bytes;
import org.residuum.data.decode.reader.Exif;
import org.residuum.data.decode.reader.PictureHeader;
import org.residuum.data.decode.reader.PictureReader;
import org.residuum.data.decode.reader.PictureView;
import org.residuum.data.decode.reader.Samples;
import org.residuum.data.prepare.Fitting;
import org.residuum.data.prepare.PicturePart;

/**
 * JPEG: the JDK's decoder (libjpeg) gives the components, and they become RGB here as libjpeg and
 * PIL do it. The decoder gets the file without the segments of applications, some of which it
 * stumbles over. Parts of usual pictures are decoded by {@link JpegDecoder}.
 */
public final class JpegReader implements PictureReader {
  private static final int WHOLE = 8;
  private static final int LARGE = 1 << 18;

  /** Of pictures in several scans, which are decoded in whole first. */
  private static final long MAX_COEFFICIENT_BYTES = Runtime.getRuntime().maxMemory() / 16;

  /** Samples of 32 rows of each component, which the decoder keeps as {@code int}. */
  private static final int BYTES_A_COLUMN = 3 * 32 * Integer.BYTES;

  private final JpegHeader header;

  private JpegReader(JpegHeader header) {
    this.header = header;
  }

  public static JpegReader of(byte[] file) throws IOException {
    return new JpegReader(JpegHeader.of(file));
  }

  @Override
  public PictureHeader header() {
    long components = header.components() + (header.components() == 4 ? 3 : 0);
    long bytes =
        components * header.width() * header.height()
            + header.pictureBytes()
            + BYTES_A_COLUMN * header.width()
            + coefficientBytes();
    int orientation = Math.max(1, header.exif().map(Exif::orientation).orElse(0));
    return new PictureHeader(header.height(), header.width(), bytes, orientation);
  }

  private long coefficientBytes() {
    long bytes = 2L * header.components() * header.width() * header.height();
    return header.isSequential() || bytes > MAX_COEFFICIENT_BYTES ? 0 : bytes;
  }

  public int components() {
    return header.components();
  }

  @Override
  public Picture decode() throws IOException {
    return picture(header.height(), header.width(), samples(header.isYcc()));
  }

  /** The samples as a picture. */
  private Picture picture(int height, int width, byte[] samples) {
    return components() == 4
        ? new Picture(height, width, 3, fromInks(samples))
        : new Picture(height, width, components(), samples);
  }

  /**
   * Residuum's own decoder, unless nearly all of a large picture is looked at: for that the JDK's
   * takes less time. Both give the same pixels.
   */
  @Override
  public PicturePart decode(PictureView view) throws IOException {
    int scale = view.mayReduce() ? scale(view) : WHOLE;
    int height = Component.ceil(header.height() * scale, WHOLE);
    int width = Component.ceil(header.width() * scale, WHOLE);
    Window window = Window.of(view.rule().of(height, width), height, width);
    long pixels = (long) window.height() * window.width();
    if (scale == WHOLE && pixels > LARGE && pixels > 3L * height * width / 4) {
      return PicturePart.whole(decode());
    }
    try {
      byte[] samples =
          new JpegDecoder(header.file(), scale, MAX_COEFFICIENT_BYTES)
              .decode(window, header.isYcc());
      Picture picture = picture(window.height(), window.width(), samples);
      return new PicturePart(height, width, window.top(), window.left(), picture);
    } catch (UnusualJpegException e) {
      return PicturePart.whole(decode());
    }
  }

  /** The smallest scale, in eighths, at which the picture is not less than it is resized to. */
  private int scale(PictureView view) {
    Fitting fitting = view.rule().of(header.height(), header.width());
    int scale = 1;
    while (scale < WHOLE
        && (header.height() * scale / WHOLE < fitting.rows().side()
            || header.width() * scale / WHOLE < fitting.columns().side())) {
      scale *= 2;
    }
    return scale;
  }

  /**
   * Adobe stores inks inverted, and PIL takes all files of four components for Adobe's. In YCCK
   * what the decoder gives as R, G, B are the inks, K alone is inverted.
   */
  private byte[] fromInks(byte[] samples) {
    byte[] rgb = new byte[Math.multiplyExact(3, samples.length / 4)];
    int[] inks = new int[4];
    for (int pixel = 0; pixel < samples.length / 4; pixel++) {
      for (int c = 0; c < 4; c++) {
        int stored = samples[4 * pixel + c] & 255;
        inks[c] = c < 3 && header.isYcc() ? stored : 255 - stored;
      }
      Samples.cmykToRgb(inks, rgb, 3 * pixel);
    }
    return rgb;
  }

  /**
   * {@code (H, W, components)} in full resolution.
   *
   * @param isYcc whether the first three become RGB
   */
  public byte[] samples(boolean isYcc) throws IOException {
    byte[] samples = coded();
    if (isYcc && components() >= 3) {
      JpegColors.yccToRgb(samples, components());
    }
    return samples;
  }

  /** The components as the decoder gives them: without conversion, in full resolution. */
  private byte[] coded() throws IOException {
    List<String> warnings = new ArrayList<>();
    ImageReader reader = JdkJpegReader.create();
    try (Bytes.Input in = new Bytes.Input(header.withoutApplications())) {
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      Raster raster = reader.readRaster(0, null);
      // The decoder fills what is missing of a truncated file with grey.
      if (warnings.stream().anyMatch(warning -> warning.contains("premature end"))) {
        throw new IOException("the file is truncated");
      }
      return packed(raster);
    } finally {
      reader.dispose();
    }
  }

  private byte[] packed(Raster raster) throws IOException {
    int expected =
        Math.multiplyExact(
            Math.multiplyExact(header.height(), header.width()), header.components());
    if (raster.getWidth() != header.width()
        || raster.getHeight() != header.height()
        || raster.getNumBands() != header.components()
        || !(raster.getDataBuffer() instanceof DataBufferByte data)
        || data.getData().length != expected) {
      throw new IOException("the decoder gave another size than the header");
    }
    return data.getData();
  }

  @Override
  public Optional<byte[]> colorProfile() {
    return header.components() == 4 ? Optional.empty() : header.colorProfile();
  }
}
