"""Operations on what is stored: $meta, $lastn, $stats, $document."""
