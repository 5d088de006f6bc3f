package org.residuum.data.decode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.residuum.data.decode.bitmap.BmpReader;
import org.residuum.data.decode.bitmap.PnmReader;
import org.residuum.data.decode.bitmap.WbmpReader;
import org.residuum.data.decode.gif.GifReader;
import org.residuum.data.decode.jpeg.JpegReader;
import org.residuum.data.decode.png.PngReader;
import org.residuum.data.decode.reader.PictureReader;
import org.residuum.data.decode.reader.RefusedPictureException;
import org.residuum.data.decode.tiff.TiffReader;
import org.residuum.data.decode.webp.WebpReader;

/**
 * A format of picture files that is read. Content tells it, never the name. A new one is a {@link
 * PictureReader} and a line in the table.
 *
 * @param opener reads the header
 * @param endings of files, without their dot
 * @param matches whether a file is to be read as this format
 * @param isSure whether the first bytes of a file that is not named like a picture prove that it is
 *     one
 */
public record PictureFormat(
    String name,
    Opener opener,
    List<String> endings,
    Predicate<byte[]> matches,
    Predicate<byte[]> isSure) {
  /** How many bytes of a file's start {@link #byContent} looks at. */
  public static final int HEAD_BYTES = 18;

  private static final Set<String> HEIF =
      Set.of("heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1");

  /** Reads the header of a file. */
  interface Opener {
    PictureReader open(byte[] file) throws IOException;
  }

  private static final List<PictureFormat> FORMATS =
      List.of(
          sure("JPEG", JpegReader::of, List.of("jpg", "jpeg"), begins("\u00ff\u00d8\u00ff")),
          sure("PNG", PngReader::of, List.of("png"), begins("\u0089PNG\r\n\u001a\n")),
          sure("GIF", GifReader::of, List.of("gif"), begins("GIF87a", "GIF89a")),
          sure("WEBP", WebpReader::of, List.of("webp"), begins("RIFF....WEBP")),
          sure("TIFF", TiffReader::of, List.of("tif", "tiff"), begins("II*\0", "MM\0*")),
          unsure("TIFF", TiffReader::of, List.of(), begins("II+\0", "MM\0+", "MM*\0", "II\0*")),
          new PictureFormat(
              "BMP", BmpReader::of, List.of("bmp"), begins("BM"), BmpReader::hasUsualHeader),
          unsure(
              "PNM",
              PnmReader::of,
              List.of("pbm", "pgm", "pnm", "ppm"),
              begins("P1", "P2", "P3", "P4", "P5", "P6")),
          unsure("WBMP", WbmpReader::of, List.of("wbmp"), WbmpReader::isOne));

  /** The endings of pictures, sorted, without their dot. */
  public static final List<String> ENDINGS =
      FORMATS.stream().flatMap(format -> format.endings.stream()).sorted().toList();

  /** Formats that are recognised and not read: a beginning and the name. */
  private static final String[][] NAMED = {
    {"\0\0\0\fjP  ", "JPEG 2000"},
    {"\u00ff\u004f\u00ff\u0051", "JPEG 2000"},
    {"\0\0\0\fJXL ", "JPEG XL"},
    {"\u00ff\n", "JPEG XL"},
    {"8BPS", "Photoshop (PSD)"},
    {"\0\0\1\0", "icon (ICO)"},
    {"\0\0\2\0", "cursor (CUR)"},
    {"icns", "icon (ICNS)"},
    {"%PDF", "PDF"},
    {"%!PS", "PostScript"},
    {"\u00c5\u00d0\u00d3\u00c6", "PostScript (EPS)"},
    {"P7", "PAM"},
    {"PF", "PFM"},
    {"Pf", "PFM"},
    {"v/1\1", "OpenEXR"},
    {"#?RADIANCE", "Radiance (HDR)"},
    {"#?RGBE", "Radiance (HDR)"},
    {"DDS ", "DirectDraw (DDS)"},
    {"qoif", "QOI"},
    {"FLIF", "FLIF"},
    {"BPG\u00fb", "BPG"},
    {"\u0001\u00da", "SGI"},
    {"\u0059\u00a6\u006a\u0095", "Sun raster"},
    {"\n\5", "PCX"},
    {"\n\2", "PCX"},
    {"\n\3", "PCX"},
    {"Image type: ", "IFUNC (IM)"},
    {"DanM", "Paint (MSP)"},
    {"LinS", "Paint (MSP)"},
    {"SIMPLE  =", "FITS"},
    {"AT&TFORM", "DjVu"},
    {"\u00d7\u00cd\u00c6\u009a", "Windows metafile (WMF)"},
    {"/* XPM */", "XPM"},
    {"#define ", "XBM"},
    {"gimp xcf", "GIMP (XCF)"}
  };

  private static PictureFormat sure(
      String name, Opener opener, List<String> endings, Predicate<byte[]> matches) {
    return new PictureFormat(name, opener, endings, matches, matches);
  }

  private static PictureFormat unsure(
      String name, Opener opener, List<String> endings, Predicate<byte[]> matches) {
    return new PictureFormat(name, opener, endings, matches, head -> false);
  }

  /** The name of the format of a file that begins so; empty where that is no proof of any. */
  public static Optional<String> byContent(byte[] head) {
    return FORMATS.stream()
        .filter(format -> format.isSure.test(head))
        .map(PictureFormat::name)
        .findFirst();
  }

  /**
   * Reads the header.
   *
   * @throws IOException if the format is not read, or the header is damaged
   */
  static PictureReader open(byte[] file) throws IOException {
    for (PictureFormat format : FORMATS) {
      if (format.matches.test(file)) {
        return format.opener.open(file);
      }
    }
    throw unread(file)
        .map(RefusedPictureException::notRead)
        .orElseGet(
            () ->
                new RefusedPictureException(
                    "not in a known picture format", "replace it or leave it out"));
  }

  /** Any of these beginnings, a dot standing for any byte. */
  private static Predicate<byte[]> begins(String... beginnings) {
    return file -> Arrays.stream(beginnings).anyMatch(beginning -> begins(file, beginning));
  }

  private static boolean begins(byte[] file, String beginning) {
    if (file.length < beginning.length()) {
      return false;
    }
    for (int i = 0; i < beginning.length(); i++) {
      if (beginning.charAt(i) != '.' && beginning.charAt(i) != (file[i] & 255)) {
        return false;
      }
    }
    return true;
  }

  /** The name of a format that is recognised and not read. */
  private static Optional<String> unread(byte[] file) {
    int footer = Math.max(0, file.length - 18);
    if (new String(file, footer, file.length - footer, StandardCharsets.ISO_8859_1)
        .startsWith("TRUEVISION-XFILE.")) {
      return Optional.of("Targa (TGA)");
    }
    for (String[] named : NAMED) {
      if (begins(file, named[0])) {
        return Optional.of(named[1]);
      }
    }
    if (begins(file, "....ftyp") && file.length >= 12) {
      String brand = new String(file, 8, 4, StandardCharsets.ISO_8859_1);
      boolean avif = brand.equals("avif") || brand.equals("avis");
      return Optional.of(avif ? "AVIF" : HEIF.contains(brand) ? "HEIC" : "MP4 and other ISO media");
    }
    String text =
        new String(file, 0, Math.min(file.length, 1024), StandardCharsets.ISO_8859_1)
            .toLowerCase(Locale.ROOT);
    return text.contains("<svg") ? Optional.of("SVG") : Optional.empty();
  }
}
