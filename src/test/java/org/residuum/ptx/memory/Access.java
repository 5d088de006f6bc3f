package org.residuum.ptx.memory;

import org.residuum.ptx.Launch;
import org.residuum.ptx.PtxFault;
import org.residuum.ptx.ThreadBlock;
import org.residuum.ptx.Warp;
import org.residuum.ptx.instruction.Op;

/** Resolves addresses and makes the checks that every access to memory undergoes. */
final class Access {
  private Access() {}

  /**
   * Points the warp's cell at {@code bytes} bytes at {@code address}, which must be aligned to
   * their number.
   */
  static Cell locate(Warp w, Op op, int lane, Space space, long address, int bytes) {
    Space actual = space;
    long at = address;
    if (space == Space.GENERIC) {
      actual = Space.of(address);
      at -= actual.window();
    }
    if ((at & bytes - 1) != 0) {
      throw w.block.fault(
          PtxFault.Kind.MISALIGNED,
          w,
          lane,
          op,
          "an access of " + bytes + " bytes must be aligned to them: " + describe(w, actual, at));
    }
    return switch (actual) {
      case SHARED -> shared(w, op, lane, at, bytes);
      case LOCAL -> local(w, op, lane, at, bytes);
      case PARAM -> parameter(w, op, lane, at, bytes);
      default -> global(w, op, lane, at, bytes);
    };
  }

  private static String describe(Warp w, Space space, long at) {
    return space == Space.GLOBAL
        ? w.block.launch.memory.describe(at)
        : String.format("%s address 0x%x", space.name().toLowerCase(java.util.Locale.ROOT), at);
  }

  private static Cell global(Warp w, Op op, int lane, long at, int bytes) {
    ThreadBlock block = w.block;
    Allocation a = block.touched[op.index];
    if (a == null || !a.contains(at, bytes) || a.freed) {
      a = block.launch.memory.find(at, bytes);
      if (a == null) {
        throw outOfBounds(w, op, lane, Space.GLOBAL, at, bytes);
      }
      block.touched[op.index] = a;
    }
    long offset = at - a.base;
    Allocation.Page page = a.page(offset);
    Cell cell = w.cell;
    cell.data = page.data;
    cell.shadow = page.shadow;
    cell.index = (int) offset & Allocation.PAGE - 1;
    cell.allocation = a;
    cell.address = at;
    Launch launch = block.launch;
    cell.races =
        launch.options.globalRaces() && !a.readOnly
            ? page.races(launch.number, launch.kernel.globalGranule)
            : null;
    return cell;
  }

  private static Cell shared(Warp w, Op op, int lane, long at, int bytes) {
    ThreadBlock block = w.block;
    if (at < 0 || at > block.shared.length - bytes) {
      throw outOfBounds(w, op, lane, Space.SHARED, at, bytes);
    }
    Races races = block.launch.options.sharedRaces() ? block.sharedRaces : null;
    return point(
        w, op, lane, Space.SHARED, block.shared, block.sharedShadow, (int) at, bytes, races);
  }

  private static Cell local(Warp w, Op op, int lane, long at, int bytes) {
    if (at < 0 || at > w.kernel.localBytes - bytes) {
      throw outOfBounds(w, op, lane, Space.LOCAL, at, bytes);
    }
    return point(
        w, op, lane, Space.LOCAL, w.local[lane], w.localShadow[lane], (int) at, bytes, null);
  }

  private static Cell parameter(Warp w, Op op, int lane, long at, int bytes) {
    byte[] parameters = w.block.launch.parameters;
    if (at < 0 || at > w.kernel.parameterBytes - bytes) {
      throw outOfBounds(w, op, lane, Space.PARAM, at, bytes);
    }
    return point(
        w,
        op,
        lane,
        Space.PARAM,
        parameters,
        w.block.launch.parameterShadow,
        (int) at,
        bytes,
        null);
  }

  private static Cell point(
      Warp w,
      Op op,
      int lane,
      Space space,
      byte[] data,
      byte[] shadow,
      int at,
      int bytes,
      Races races) {
    Cell cell = w.cell;
    cell.data = data;
    cell.shadow = shadow;
    cell.index = at;
    cell.races = races;
    cell.allocation = null;
    if (shadow[at] == Cell.RED || shadow[at + bytes - 1] == Cell.RED) {
      throw outOfBounds(w, op, lane, space, at, bytes);
    }
    return cell;
  }

  private static PtxFault outOfBounds(Warp w, Op op, int lane, Space space, long at, int bytes) {
    String extent =
        switch (space) {
          case SHARED -> ": the block's shared memory has " + w.block.shared.length + " bytes";
          case LOCAL -> ": the thread's local memory has " + w.kernel.localBytes + " bytes";
          case PARAM -> ": the parameters have " + w.kernel.parameterBytes + " bytes";
          default -> "";
        };
    return w.block.fault(
        PtxFault.Kind.OUT_OF_BOUNDS,
        w,
        lane,
        op,
        "an access of " + bytes + " bytes is out of bounds: " + describe(w, space, at) + extent);
  }

  /** Checks and notes a read of the bytes that the cell points at. */
  static void read(Warp w, Op op, int lane, Cell cell, int bytes, long strong) {
    if (!cell.written(bytes)) {
      if (w.block.counters == null || cell.allocation == null) {
        throw unwritten(w, op, lane, cell, bytes);
      }
      cell.assume(bytes, w.block.counters);
    }
    if (cell.races != null) {
      long other = cell.races.read(w, lane, cell.index, bytes, strong);
      if (other != 0 && !followsAtomics(w, lane, cell, other)) {
        throw race(w, op, lane, cell, "reads", other);
      }
    }
  }

  /** Checks and notes a write of the bytes that the cell points at. */
  static void write(Warp w, Op op, int lane, Cell cell, int bytes, long strong) {
    if (cell.allocation == null) {
      if (cell.data == w.block.launch.parameters || cell.find(bytes, Cell.PENDING) >= 0) {
        throw readOnly(w, op, lane, cell);
      }
    } else if (cell.allocation.readOnly) {
      throw readOnly(w, op, lane, cell);
    }
    if (cell.races != null) {
      long other = cell.races.write(w, lane, cell.index, bytes, strong);
      if (other != 0) {
        if (!followsAtomics(w, lane, cell, other)) {
          throw race(w, op, lane, cell, "writes", other);
        }
        cell.races.replace(w, lane, cell.index, bytes, strong);
      }
    }
  }

  /** Whether another access was strong, and this lane has acquired all strong ones made there. */
  private static boolean followsAtomics(Warp w, int lane, Cell cell, long other) {
    if ((other & Races.STRONG) == 0 || w.order == null) {
      return false;
    }
    synchronized (w.block.launch) {
      return w.order.hasSeen(lane, w.block.published, Strength.location(w.block, cell));
    }
  }

  private static PtxFault readOnly(Warp w, Op op, int lane, Cell cell) {
    if (cell.data == w.block.shared) {
      return w.block.fault(
          PtxFault.Kind.STALE_ASYNC_COPY,
          w,
          lane,
          op,
          "writes " + where(w, cell, cell.index) + ", to which a cp.async in flight writes too");
    }
    return w.block.fault(
        PtxFault.Kind.READ_ONLY,
        w,
        lane,
        op,
        "writes " + where(w, cell, cell.index) + ", which is read-only");
  }

  private static PtxFault unwritten(Warp w, Op op, int lane, Cell cell, int bytes) {
    int pending = cell.find(bytes, Cell.PENDING);
    if (pending >= 0) {
      return w.block.fault(
          PtxFault.Kind.STALE_ASYNC_COPY,
          w,
          lane,
          op,
          "reads "
              + where(w, cell, cell.index + pending)
              + ", to which a cp.async writes that nobody has waited for");
    }
    int red = cell.find(bytes, Cell.RED);
    if (red >= 0) {
      return w.block.fault(
          PtxFault.Kind.OUT_OF_BOUNDS,
          w,
          lane,
          op,
          "reads beyond a variable: " + where(w, cell, cell.index + red));
    }
    int first = Math.max(0, cell.find(bytes, Cell.UNWRITTEN));
    return w.block.fault(
        PtxFault.Kind.UNWRITTEN_MEMORY,
        w,
        lane,
        op,
        "reads " + where(w, cell, cell.index + first) + ", which nobody wrote");
  }

  private static PtxFault race(Warp w, Op op, int lane, Cell cell, String what, long other) {
    boolean global = cell.allocation != null;
    return w.block.fault(
        global ? PtxFault.Kind.GLOBAL_RACE : PtxFault.Kind.SHARED_RACE,
        w,
        lane,
        op,
        what
            + " "
            + where(w, cell, cell.index)
            + ", unordered with an access by "
            + Races.describe(other, w.block));
  }

  private static String where(Warp w, Cell cell, int index) {
    if (cell.allocation == null) {
      String space =
          cell.data == w.block.shared
              ? "shared"
              : cell.data == w.block.launch.parameters ? "param" : "local";
      return String.format("%s address 0x%x", space, index);
    }
    Allocation a = cell.allocation;
    for (long offset = 0; offset < a.bytes; offset += Allocation.PAGE) {
      if (a.hasPage(offset, cell.data)) {
        return String.format(
            "address 0x%x, byte %d of %s", a.base + offset + index, offset + index, a);
      }
    }
    return a.toString();
  }
}
