package org.residuum.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks what the GPU bundle is compressed with, from standard input, on machines without xz. */
final class Unxz {
  private Unxz() {}

  public static void main(String[] arguments) throws IOException {
    try (InputStream in = new XZInputStream(new BufferedInputStream(System.in, 1 << 16));
        OutputStream out = System.out) {
      in.transferTo(out);
    }
  }
}
