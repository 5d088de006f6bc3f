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
import org.residuum.data.decode.reader.Samples;

/**
 * JPEG: the JDK's decoder (libjpeg) gives the components, and they become RGB here as libjpeg and
 * PIL do it. The decoder gets the file without the segments of applications, some of which it
 * stumbles over.
 */
public final class JpegReader implements PictureReader {
  private static final long MAX_COEFFICIENT_BYTES =
      Math.min(1 << 28, Runtime.getRuntime().maxMemory() / 8);

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
    long bytes = components * header.width() * header.height() + header.pictureBytes();
    int orientation = Math.max(1, header.exif().map(Exif::orientation).orElse(0));
    return new PictureHeader(header.height(), header.width(), bytes, orientation);
  }

  public int components() {
    return header.components();
  }

  @Override
  public Picture decode() throws IOException {
    byte[] samples = samples(header.isYcc());
    return components() == 4
        ? fromInks(samples)
        : new Picture(header.height(), header.width(), components(), samples);
  }

  /**
   * Adobe stores inks inverted, and PIL takes all files of four components for Adobe's. In YCCK
   * what the decoder gives as R, G, B are the inks, K alone is inverted.
   */
  private Picture fromInks(byte[] samples) {
    byte[] rgb = new byte[Math.multiplyExact(3, samples.length / 4)];
    int[] inks = new int[4];
    for (int pixel = 0; pixel < samples.length / 4; pixel++) {
      for (int c = 0; c < 4; c++) {
        int stored = samples[4 * pixel + c] & 255;
        inks[c] = c < 3 && header.isYcc() ? stored : 255 - stored;
      }
      Samples.cmykToRgb(inks, rgb, 3 * pixel);
    }
    return new Picture(header.height(), header.width(), 3, rgb);
  }

  /**
   * {@code (H, W, components)} in full resolution.
   *
   * @param isYcc whether the first three become RGB
   */
  public byte[] samples(boolean isYcc) throws IOException {
    Window all = new Window(0, 0, header.height(), header.width());
    try {
      return new JpegDecoder(header.file(), 8, MAX_COEFFICIENT_BYTES).decode(all, isYcc);
    } catch (UnusualJpegException e) {
      return samplesOfJdk(isYcc);
    }
  }

  byte[] samplesOfJdk(boolean isYcc) throws IOException {
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
