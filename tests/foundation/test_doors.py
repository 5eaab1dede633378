def test_the_house_stands(app, world, client):
    assert client.get("/healthz").status_code == 200
