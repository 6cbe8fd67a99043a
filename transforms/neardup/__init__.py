"""Near-duplicates: sketches, keys, candidate pairs, verified edges, clusters, relations, one module each.

    stories ─ sketch ─▶ SKETCH ─ keys ─▶ KEY ─ candidate_pairs ─▶ pairs
        pairs, SKETCH ─ verify ─▶ EDGE ─ clusters ─▶ MEMBERS ─ relations ─▶ RELATION

`deduplicate.deduplicate` chains them in memory; a run puts files and shuffles between them.
"""
